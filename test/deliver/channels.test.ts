import { openEmailBench, openTelegramBench, openWebhookBench } from './benches.ts'
import { channelContract } from './channelContract.ts'

channelContract('telegram', openTelegramBench, { pauseMs: 7_000, cut: true })
channelContract('webhook', openWebhookBench, { pauseMs: 7_000, cut: false })
channelContract('email', openEmailBench, { pauseMs: null, cut: false })
