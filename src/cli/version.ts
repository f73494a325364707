/** The version of this package, as the OpenAPI document names it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const PACKAGE_FILE = join(import.meta.dirname, '..', '..', 'package.json')

export const { version: VERSION } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')))
