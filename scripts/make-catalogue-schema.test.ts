/** The published JSON Schema is the one that the zod schema gives, and it says what matters. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { catalogueJsonSchema, CATALOGUE_SCHEMA_FILE } from './make-catalogue-schema.ts'

const SAMPLE = 'fixtures/catalogue'

test('the published schema is up to date: node scripts/make-catalogue-schema.ts', () => {
  const published = JSON.parse(readFileSync(CATALOGUE_SCHEMA_FILE, 'utf8'))
  expect(published).toEqual(JSON.parse(catalogueJsonSchema()))
})

test('the files of the sample catalogue satisfy it, a spoiled one does not', () => {
  const schema = z.fromJSONSchema(JSON.parse(catalogueJsonSchema()))
  for (const file of readdirSync(SAMPLE).filter((name) => name.endsWith('.yaml'))) {
    const content: unknown = parse(readFileSync(`${SAMPLE}/${file}`, 'utf8'))
    expect(schema.safeParse(content)).toMatchObject({ success: true })
  }
  const spoiled = { plans: { a: { product: 'voip', names: {}, monthlyFee: 10 } } }
  expect(schema.safeParse(spoiled).success).toBe(false)
})

test('it has all sections, allows no other field and knows the form of a price', () => {
  const schema = JSON.parse(catalogueJsonSchema())
  expect(Object.keys(schema.properties)).toEqual([
    'catalogue',
    'callTypes',
    'rates',
    'allowances',
    'plans',
    'modules',
    'zones',
    'destinationZones',
    'specialNumbers',
    'holidays',
    'vat',
    'priceDecks',
    'suppliers',
  ])
  expect(schema.additionalProperties).toBe(false)
  const plan = schema.properties.plans.additionalProperties
  expect(plan.required).toEqual(['product', 'names'])
  const [fee, versions] = plan.properties.monthlyFee.anyOf
  expect(fee).toMatchObject({ type: 'string' })
  expect(new RegExp(fee.pattern).test('12.50')).toBe(true)
  expect(versions.items.required).toEqual(['fee'])
})
