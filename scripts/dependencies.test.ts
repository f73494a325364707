/** Nobody takes in a licence, or lets a package run at its installation, without having decided it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const ROOT = join(import.meta.dirname, '..')

const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(read('package.json'))
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        license: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  })
  .parse(read('package-lock.json'))
const licences = z.object({
  license: z.string().optional(),
  licenses: z.array(z.object({ type: z.string() })).optional(),
})

const ALLOWED = new Set(
  `MIT MIT-0 ISC BSD-2-Clause BSD-3-Clause 0BSD Apache-2.0 BlueOak-1.0.0 MPL-2.0 Unlicense Zlib OFL-1.1`.split(
    ' ',
  ),
)
/** Packages that name no licence in their manifest, with what their LICENSE file says. */
const BY_FILE: Readonly<Record<string, string>> = { 'png-js': 'MIT' }

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
}

/** Packages of the lock file that are installed here, with the licence that they name. */
function installed(): { name: string; licence: string }[] {
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '' && existsSync(join(ROOT, path, 'package.json')))
    .map(([path, { license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      const own = licences.parse(read(join(path, 'package.json')))
      const licence = license ?? own.license ?? own.licenses?.[0]?.type ?? BY_FILE[name] ?? 'none'
      return { name, licence }
    })
}

test('every licence is one that was decided', () => {
  const strange = installed().filter(({ licence }) =>
    licence
      .replaceAll(/[()]/g, '')
      .split(/ AND | OR /)
      .some((one) => !ALLOWED.has(one)),
  )
  expect(strange).toEqual([])
})

test('every dependency has a row in docs/dependencies.md with its licence', () => {
  const page = readFileSync(join(ROOT, 'docs', 'dependencies.md'), 'utf8')
  const rows = new Map(
    [...page.matchAll(/^\| (\S+) \| ([^|]+) \|/gm)].map(([, name, licence]) => [name, licence]),
  )
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
    const own = licences.parse(read(join('node_modules', name, 'package.json')))
    expect([name, rows.get(name)]).toEqual([name, own.license])
  }
})

test('no package runs a script at its installation without a decision', () => {
  const asking = Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
  expect(asking.filter((name) => !Object.hasOwn(manifest.allowScripts, name))).toEqual([])
})
