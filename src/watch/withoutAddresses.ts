/** An address as it is written whole, or cut in the middle: `0xd8da..6045`, `0xd8dA…96045`. */
const ADDRESS = /0x[0-9a-fA-F]{40}\b|0x[0-9a-fA-F]{2,8}(?:\.{2,3}|…)[0-9a-fA-F]{2,8}\b/g

/**
 * A text in which every address is replaced by the alias that its owner gave it, else by `wallet 1`, `wallet 2` in the order of their
 * first appearance.
 *
 * @param aliases - By the whole address in lower case.
 */
export function withoutAddresses(text: string, aliases: ReadonlyMap<string, string>): string {
  const named = new Map<string, string>()
  return text.replace(ADDRESS, (written) => {
    const [head = '', tail = ''] = written.toLowerCase().split(/\.{2,3}|…/)
    const same = (address: string): boolean =>
      tail === '' ? address === head : address.startsWith(head) && address.endsWith(tail)
    const alias = [...aliases].find(([address]) => same(address))?.[1]
    if (alias !== undefined) return alias
    const key = `${head.slice(0, 4)}${(tail === '' ? head : tail).slice(-2)}`
    const known = named.get(key) ?? `wallet ${named.size + 1}`
    named.set(key, known)
    return known
  })
}
