import { expect, test } from 'vitest'
import { operatorOf } from '../../src/lending/operatorOf.ts'

test.each([
  ['https://eth-mainnet.g.alchemy.com/v2/k3y', 'alchemy.com'],
  ['https://polygon-mainnet.g.alchemy.com/v2/other', 'alchemy.com'],
  ['https://k3y-k3y-k3y.quiknode.pro/abc/', 'quiknode.pro'],
  ['https://node.mine.co.uk/', 'mine.co.uk'],
  ['https://node.example', 'node.example'],
  ['http://127.0.0.1:8545/k3y', '127.0.0.1:8545'],
  ['http://[::1]:8545', '[::1]:8545'],
  ['http://localhost:8545', 'localhost:8545'],
])('%s is run by %s', (url, operator) => {
  expect(operatorOf(url)).toBe(operator)
})
