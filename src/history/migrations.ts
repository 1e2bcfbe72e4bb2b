import type { CompiledQuery, CreateTableBuilder, SchemaModule } from 'kysely'

/** One step of the schema, in any dialect; its version is its place in the list, counted from 1. */
export type Migration = (schema: SchemaModule) => readonly CompiledQuery[]

/** Never changed once released, only added to. */
export const MIGRATIONS: readonly Migration[] = [first]

/** `bytea` is PostgreSQL's word; SQLite keeps bytes as they are under any name. */
const BYTES = 'bytea'

function first(schema: SchemaModule): readonly CompiledQuery[] {
  const pass = schema
    .createTable('pass')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('book', 'text', (c) => c.notNull())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
  const document = schema
    .createTable('document')
    .addColumn('pass', 'text', (c) => c.primaryKey().notNull().references('pass.id').onDelete('cascade'))
    .addColumn('packing', 'integer', (c) => c.notNull())
    .addColumn('packed', BYTES, (c) => c.notNull())
  const day = schema
    .createTable('day')
    .addColumn('book', 'text', (c) => c.notNull())
    .addColumn('day', 'bigint', (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('passes', 'bigint', (c) => c.notNull())
    .addColumn('longest_gap', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('day_key', ['book', 'day'])
  const memory = schema
    .createTable('memory')
    .addColumn('book', 'text', (c) => c.primaryKey().notNull())
    .addColumn('memory', 'text', (c) => c.notNull())
  const delivery = schema
    .createTable('delivery')
    .addColumn('book', 'text', (c) => c.notNull())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .addColumn('message', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('about', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addPrimaryKeyConstraint('delivery_key', ['book', 'number'])
    .addUniqueConstraint('delivery_once', ['book', 'message', 'channel', 'at', 'outcome'])
  const hush = schema
    .createTable('hush')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('book', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('alert', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
  const lease = schema
    .createTable('lease')
    .addColumn('book', 'text', (c) => c.primaryKey().notNull())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('token', 'text', (c) => c.notNull())
    .addColumn('until', 'bigint', (c) => c.notNull())
  return [
    withFigures(pass).compile(),
    schema.createIndex('pass_at').on('pass').columns(['book', 'at', 'number']).compile(),
    schema.createIndex('pass_number').unique().on('pass').columns(['book', 'number']).compile(),
    schema.createIndex('pass_kind').on('pass').columns(['book', 'kind', 'number']).compile(),
    document.compile(),
    withFigures(day).compile(),
    memory.compile(),
    delivery.compile(),
    schema.createIndex('delivery_at').on('delivery').columns(['book', 'at', 'number']).compile(),
    hush.compile(),
    schema.createIndex('hush_until').on('hush').columns(['book', 'until']).compile(),
    lease.compile(),
  ]
}

/** What a pass and a day have in common. */
function withFigures<Columns extends string>(table: CreateTableBuilder<string, Columns>): CreateTableBuilder<string, Columns> {
  return table
    .addColumn('grade', 'text', (c) => c.notNull())
    .addColumn('complete', 'integer', (c) => c.notNull())
    .addColumn('room', 'text')
    .addColumn('at_most', 'text')
    .addColumn('health', 'text')
    .addColumn('margin_ratio', 'text') as CreateTableBuilder<string, Columns>
}
