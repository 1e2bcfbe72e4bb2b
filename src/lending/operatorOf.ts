/** Endings under which other people's names begin one label further to the left: `co.uk`. */
const SHARED_ENDING = /^(ac|co|com|edu|gov|net|org)\.[a-z]{2}$/

/**
 * Who runs the node behind a URL, as far as the name of its host tells: `eth-mainnet.g.alchemy.com` is `alchemy.com`. What stands before
 * it may be a key, and two hosts of one name are one operator. An address of numbers, or a host of one label, is itself with its port.
 *
 * @throws TypeError for what is no URL.
 */
export function operatorOf(url: string): string {
  const { host, hostname } = new URL(url)
  const labels = hostname.split('.')
  if (labels.length < 2 || /^[\d.]+$/.test(hostname) || hostname.startsWith('[')) return host
  return labels.slice(SHARED_ENDING.test(labels.slice(-2).join('.')) ? -3 : -2).join('.')
}
