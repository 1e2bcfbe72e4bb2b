/** The public API, for use as a library. */

export { collect, type Reads, type Tools } from './collect.ts'
export { type Config, loadConfig } from './config.ts'
export { toJson } from './report/json.ts'
export type { ReportJson } from './report/schema.ts'
export { terminal } from './report/terminal.ts'
export { assess } from './risk/assess.ts'
export { DEFAULT_POLICY, type Policy } from './risk/grade.ts'
export type { Leg, Snapshot } from './risk/leg.ts'
export type { RiskView } from './risk/view.ts'
export { type Book, type Pass, run } from './run.ts'
export { loadSnapshot, parseSnapshot, saveSnapshot, snapshotText } from './snapshot.ts'
