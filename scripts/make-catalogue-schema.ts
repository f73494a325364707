/**
 * Writes src/catalogue/catalogue.schema.json, with which an editor completes and checks catalogue
 * files: `node scripts/make-catalogue-schema.ts`. A test fails when it is not up to date.
 */
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { catalogueFileSchema } from '../src/catalogue/read/catalogue-schema.ts'

export const CATALOGUE_SCHEMA_FILE = 'src/catalogue/catalogue.schema.json'

/** The JSON Schema (2020-12) of a catalogue file, as text with a last line feed. */
export function catalogueJsonSchema(): string {
  const schema = z.toJSONSchema(catalogueFileSchema, { io: 'input', target: 'draft-2020-12' })
  return `${JSON.stringify({ title: 'tik price catalogue', ...schema }, undefined, 2)}\n`
}

if (import.meta.main) {
  writeFileSync(new URL(`../${CATALOGUE_SCHEMA_FILE}`, import.meta.url), catalogueJsonSchema())
  console.log(`written: ${CATALOGUE_SCHEMA_FILE}`)
}
