import type { World } from './world.ts'

/** The JSON Schema of `report --format json`. */
export async function schema(world: World): Promise<number> {
  const { reportJsonSchema } = await import('../report/schema.ts')
  world.out(`${JSON.stringify(reportJsonSchema(), null, 2)}\n`)
  return 0
}
