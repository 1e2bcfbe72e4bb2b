import { judged } from './judged.ts'

judged(1, 25)
