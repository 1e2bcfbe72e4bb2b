/** A page of the terminal as Markdown: set as it is, nothing in it is active. */
export function fencedPage(page: string): string {
  const longest = Math.max(2, ...[...page.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${page.trimEnd()}\n${fence}\n`
}
