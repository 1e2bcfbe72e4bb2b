import type { Played } from './played.ts'

/** All that left the watch, a line each, in the order of time. The same seed gives the same text. */
export function transcript({ story, arrivals, pings, log, lives }: Played): string {
  const clock = (at: number): string => new Date(at).toISOString().slice(8, 23)
  return [
    ...lives.map(({ from, to, kind }) => [from, `process until ${clock(to)}, ${kind}`] as const),
    ...arrivals.map(({ at, channel, id, message, answeredAt }) => {
      const answer = answeredAt === null ? ' [answer lost]' : ''
      return [at, `${channel} <- ${message.kind} ${message.title}${answer} {${id}}`] as const
    }),
    ...pings.filter(({ kind }) => kind !== 'start').map(({ at, kind, note }) => [at, `ping ${kind} ${note}`] as const),
    ...log.map(({ at, line }) => [at, `log ${line}`] as const),
  ]
    .map(([at, line], i) => ({ at, i, line }))
    .sort((a, b) => a.at - b.at || a.i - b.i)
    .map(({ at, line }) => `${clock(at)} ${line}`)
    .concat(`story ${story.seed} ends`)
    .join('\n')
}
