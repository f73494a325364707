import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { zipFile, type ZippedFile } from './zip-file.ts'

const READ = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
for one in archive.infolist():
    print(one.filename, one.date_time[:3], archive.read(one).decode('utf-8'))
`

async function* files(): AsyncGenerator<ZippedFile> {
  const modifiedMs = Date.UTC(2026, 10, 30, 12)
  yield { name: 'é€.txt', modifiedMs, bytes: Buffer.from('eerste') }
  yield { name: 'leeg.txt', modifiedMs, bytes: new Uint8Array() }
  yield { name: 'lang.txt', modifiedMs, bytes: Buffer.from('tik'.repeat(9_000)) }
}

const PYTHON = '/usr/bin/python3'
const isThere = existsSync(PYTHON)
if (!isThere) console.warn(`skipped: no other reader of archives at ${PYTHON}`)

test.skipIf(!isThere)(
  'another program reads what was written: names, dates and every byte',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tik-zip-'))
    const path = join(folder, 'all.zip')
    const chunks = await Array.fromAsync(zipFile(files()))
    writeFileSync(path, Buffer.concat(chunks))
    const read = execFileSync(PYTHON, ['-c', READ, path], { encoding: 'utf8' })
    expect(read.split('\n').map((line) => line.slice(0, 60))).toEqual([
      'é€.txt (2026, 11, 30) eerste',
      'leeg.txt (2026, 11, 30) ',
      `lang.txt (2026, 11, 30) ${'tik'.repeat(12)}`,
      '',
    ])
    expect(read).toContain('tik'.repeat(9_000))
    rmSync(folder, { recursive: true })
  },
)
