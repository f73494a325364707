/** `bin/tik.mjs` and the engine that it starts, however the launcher ends. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyTestOperations } from './doubles/test-operations.ts'
import { openDataFolder } from '../src/store-server/data-folder.ts'

const LAUNCHER = join(import.meta.dirname, '..', 'bin', 'tik.mjs')

async function startServer(folder: string): Promise<ChildProcess> {
  const parameters = [LAUNCHER, 'store-server', '--dir', folder]
  const launcher = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] })
  const { stdout } = launcher
  if (stdout === null) throw new Error('its output is a pipe')
  await once(stdout, 'data') // It has printed its addresses.
  return launcher
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'the data folder is free after %s to the launcher',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'tik-launcher-'))
    await copyTestOperations(join(folder, 'operations'))
    const launcher = await startServer(folder)
    await expect(openDataFolder(folder, 'test')).rejects.toMatchObject({ code: 'data_folder_busy' })
    const ended = once(launcher, 'exit')
    launcher.kill(signal)
    await ended
    await expect
      .poll(() => openDataFolder(folder, 'test').then(() => 'free', String), { timeout: 15_000 })
      .toBe('free')
    expect(() => readFileSync(join(folder, 'store-server.json'))).toThrow(/ENOENT/) // It ended in order.
  },
)
