import { operatorOf } from '../lending/operatorOf.ts'
import { rpcProblem } from './rpcUrl.ts'

/** The URLs that one variable holds, with commas or blanks between them. */
export function urlsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((url) => url !== '')
}

/** Two agree or differ, a third decides: more would be asked for nothing. */
const MOST_NODES = 3

/** What is wrong with the nodes of one chain, never showing their URLs, in words that follow the variable's name; null: nothing. */
export function nodesProblem(urls: readonly string[]): string | null {
  if (urls.length > MOST_NODES) return `names ${urls.length} nodes; ${MOST_NODES} are the most`
  const wrong = urls.map(rpcProblem).find((problem) => problem !== null)
  if (wrong !== undefined) return wrong
  const operators = urls.map(operatorOf)
  const twice = operators.find((operator, index) => operators.indexOf(operator) !== index)
  return twice === undefined
    ? null
    : `names two nodes of one operator (${twice}); a second node is there to confirm the first, so take one of somebody else`
}
