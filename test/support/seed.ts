import { configureGlobal } from 'fast-check'

// What passes today passes tomorrow: chance is for `npm run fuzz`.
if (process.env.FUZZ_RUNS === undefined) configureGlobal({ seed: 20_261_122 })
