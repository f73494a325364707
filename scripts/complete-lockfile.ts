/**
 * Adds to package-lock.json the optional packages of other platforms that the registry in use did not
 * serve. npm leaves them out without a word, and `npm ci` then refuses the lockfile. Run it after
 * `npm install` where `npm ci` says "Missing: … from lock file".
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const lockedPackage = z.looseObject({
  optionalDependencies: z.record(z.string(), z.string()).optional(),
  dev: z.boolean().optional(),
})
const lockfile = z.looseObject({ packages: z.record(z.string(), lockedPackage) })

/** Part of a package's name → what it runs on, in npm's words. */
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/darwin/, 'darwin'],
  [/win32|windows/, 'win32'],
  [/android/, 'android'],
  [/freebsd/, 'freebsd'],
  [/openharmony/, 'openharmony'],
  [/linux/, 'linux'],
]
const PROCESSORS: readonly (readonly [RegExp, string])[] = [
  [/arm64|aarch64/, 'arm64'],
  [/x64/, 'x64'],
  [/ia32/, 'ia32'],
  [/riscv64/, 'riscv64'],
  [/s390x/, 's390x'],
  [/ppc64/, 'ppc64'],
  [/\barm\b|arm-/, 'arm'],
]

const PATH = 'package-lock.json'
const lock = lockfile.parse(JSON.parse(readFileSync(PATH, 'utf8')))
let addedCount = 0
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`
    const os = SYSTEMS.find(([pattern]) => pattern.test(name))?.[1]
    const cpu = PROCESSORS.find(([pattern]) => pattern.test(name))?.[1]
    if (lock.packages[path] !== undefined || os === undefined || cpu === undefined) continue
    const libc = /musl/.test(name) ? ['musl'] : /gnu/.test(name) ? ['glibc'] : undefined
    lock.packages[path] = {
      version,
      cpu: [cpu],
      ...(libc === undefined ? {} : { libc }),
      ...(parent.dev === true ? { dev: true } : {}),
      optional: true,
      os: [os],
    }
    addedCount += 1
  }
}
const { '': root, ...rest } = lock.packages
const sorted = Object.entries(rest).sort(([left], [right]) => left.localeCompare(right, 'en'))
writeFileSync(
  PATH,
  `${JSON.stringify({ ...lock, packages: { '': root, ...Object.fromEntries(sorted) } }, null, 2)}\n`,
)
console.log(`${addedCount} packages of other platforms added to ${PATH}`)
