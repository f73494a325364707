/**
 * A statement with its parameters written out. The embedded engine runs statements with parameters one
 * after the other in the whole process, and one that takes minutes must not hold up the others.
 */
import assert from 'node:assert/strict'
import { sqlLiteral } from './native-insert.ts'

type Param = string | number | boolean | readonly string[] | readonly number[]

/** Each is cast to the type that its place names. */
export function withLiteralParams(sql: string, params: Readonly<Record<string, Param>>): string {
  return sql.replaceAll(PLACE, (place, name: string, type: string) => {
    const value = params[name]
    assert(value !== undefined, `${place} has no value`)
    return `CAST(${literalOf(value)}, ${sqlLiteral(type)})`
  })
}

const PLACE = /\{(\w+):([^{}']+)\}/g

function literalOf(value: Param): string {
  if (typeof value === 'string' || typeof value === 'number') return sqlLiteral(value)
  if (typeof value === 'boolean') return String(value)
  return `[${value.map(sqlLiteral).join(', ')}]`
}
