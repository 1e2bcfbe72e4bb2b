import { expect, test } from 'vitest'
import * as aaveV3 from '../../../abis/lens/aaveV3.ts'
import { compileLenses } from '../../../abis/lens/compile.ts'
import * as compoundV3 from '../../../abis/lens/compoundV3.ts'
import * as dispatcher from '../../../abis/lens/dispatcher.ts'

test('the code in the repository is what the sources beside it compile to', () => {
  const compiled = compileLenses()
  expect({ ...dispatcher }).toEqual(compiled['dispatcher.ts'])
  expect({ ...aaveV3 }).toEqual(compiled['aaveV3.ts'])
  expect({ ...compoundV3 }).toEqual(compiled['compoundV3.ts'])
}, 60_000)
