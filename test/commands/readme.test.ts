import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hullmark } from '../support/hullmark.ts'

test('the page in README is what the demo prints', async () => {
  const { out } = await hullmark(['demo'], { env: {} })
  const page = out.slice(out.indexOf('WARNING'))
  expect(page.split('\n').length).toBeGreaterThan(15)
  expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(`\`\`\`\n${page}\`\`\``)
})

test('the tables in README are what the registries say', async () => {
  const { out } = await hullmark(['venues', '--format', 'markdown'], { env: {} })
  expect(out.split('\n').length).toBeGreaterThan(8)
  expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(`\n\n${out}\n`)
})
