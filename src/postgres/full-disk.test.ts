/** The embedded store on a disk without room; where nothing can be mounted there is no such disk. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { systemError } from '../core/failures/system-error.ts'
import { openEmbeddedOperations } from './embedded-operations.ts'

const disk = mkdtempSync(join(tmpdir(), 'tik-full-disk-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
const isMounted = mounted.status === 0
if (!isMounted) console.log('skipped: no disk can be mounted here')

afterAll(() => {
  if (isMounted) execFileSync('umount', ['--lazy', disk]) // The engine that failed still holds files.
  rmSync(disk, { recursive: true })
})

test.runIf(isMounted)('a store that finds no room says so, and is not called damaged', async () => {
  const failure = await openEmbeddedOperations(join(disk, 'operations')).catch(systemError)
  expect(failure).toMatchObject({ code: 'disk_full' })
})
