import { expect, test } from 'vitest'
import { holdsKey, isLoopbackUrl, secretParts } from '../../src/config/rpcUrl.ts'

test('plain words of a URL are not scrubbed: "ethereum" stands in every report', () => {
  expect(secretParts('https://rpc.example/ethereum/arbitrum-one')).toEqual([
    'https://rpc.example/ethereum/arbitrum-one',
    '/ethereum/arbitrum-one',
  ])
  expect(secretParts('http://127.0.0.1:8545')).toEqual(['http://127.0.0.1:8545', 'http://127.0.0.1:8545/'])
})

test('a key in the path, the query or the host is found', () => {
  expect(secretParts('https://wild-sky-4711.node.example/a1b2c3d4e5f6/')).toEqual(
    expect.arrayContaining(['a1b2c3d4e5f6', 'wild-sky-4711']),
  )
  expect(secretParts('https://node.example/?apikey=a1b2c3d4e5f6')).toContain('a1b2c3d4e5f6')
})

test('a bare host holds no key', () => {
  expect(holdsKey('https://node.example')).toBe(false)
  expect(holdsKey('https://node.example/v2/abc')).toBe(true)
  expect(holdsKey('https://node.example/?k=abc')).toBe(true)
})

test.each([
  ['http://127.0.0.1:5000', true],
  ['http://localhost:5000/', true],
  ['http://[::1]:5000', true],
  ['http://127.0.0.1.example:5000', false],
  ['http://10.0.0.1:5000', false],
  ['https://fapi.binance.com', false],
  ['http://user@127.0.0.1:5000', false],
  ['ftp://127.0.0.1', false],
])('%s is on this machine: %s', (url, expected) => {
  expect(isLoopbackUrl(url)).toBe(expected)
})
