/** What is wrong with the URL of a node, never showing it; null: nothing. The sentence follows the variable's name. */
export function rpcProblem(text: string): string | null {
  const url = parse(text)
  if (url === null) return 'is not a URL; it starts with https:// and holds no blanks'
  if (url.protocol === 'ws:' || url.protocol === 'wss:')
    return 'is a WebSocket address; give the https:// address of the same node'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must start with https:// (or http://)'
  if (url.username !== '' || url.password !== '')
    return 'holds a user name or password before the host; hullmark sends none, so use a URL with the key in its path'
  return null
}

/** Whether the URL of a node gives away more than its host: then it holds a key. */
export function holdsKey(text: string): boolean {
  const url = parse(text)
  return url === null || url.pathname !== '/' || url.search !== '' || url.username !== ''
}

/** The parts of a URL that must not be printed: the whole, what follows the host, and each longer piece of that. */
export function secretParts(text: string): readonly string[] {
  const url = parse(text)
  if (url === null) return [text]
  const pieces = [...url.pathname.split('/'), ...url.searchParams.values()]
  const rest = `${url.pathname}${url.search}`
  const parts = [rest, ...pieces, ...url.hostname.split('.')].filter(isKeyLike)
  return [...new Set([text, url.href, ...parts])]
}

/** Whether anybody on the way could read and change what the node answers. */
export function isOpenHttp(text: string): boolean {
  const url = parse(text)
  return url !== null && url.protocol === 'http:' && !isLoopback(url)
}

/** Whether a text is the URL of something on this machine, with nothing after the host and port. */
export function isLoopbackUrl(text: string): boolean {
  const url = parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && isLoopback(url) && !holdsKey(text)
}

/** Plain words such as `v2`, `ethereum` or `arbitrum-one` are no keys: blanking them out would garble every report. */
function isKeyLike(part: string): boolean {
  return part.length >= 20 || (part.length >= 8 && /\d/.test(part) && /[A-Za-z]/.test(part))
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function parse(text: string): URL | null {
  return URL.canParse(text) && !/\s/.test(text) ? new URL(text) : null
}
