/**
 * What `npm pack` calls: makes dist/, which the package carries instead of src/. JavaScript of each module that runs,
 * in the same places to each other, with what they read beside them: migrations, queries, assets, the sample catalogue
 * and the demo's accounts. A clone needs none of it.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const DIST = 'dist'
const READ_BY_MODULES = ['clickhouse', 'postgres', 'fixtures/catalogue', 'fixtures/demo']

rmSync(DIST, { recursive: true, force: true })
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.package.json'], {
  stdio: 'inherit',
})
const assets = globSync('src/**/*.{css,js,json}')
for (const path of [...READ_BY_MODULES, ...assets]) {
  cpSync(path, join(DIST, path), { recursive: true })
}
const manifest = z
  .looseObject({ name: z.string(), version: z.string(), type: z.string() })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')))
const { name, version, type, dependencies, optionalDependencies } = manifest
const commit = commitOfClone()
writeFileSync(
  join(DIST, 'package.json'),
  `${JSON.stringify({ name, version, type, commit, dependencies, optionalDependencies }, null, 2)}\n`,
)

/** Undefined where the sources came without their history, as into an image. */
function commitOfClone(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}
