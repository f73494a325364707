import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { UsageExport } from '../../reports/export-usage.ts'
import { writeExportFile, type ExportSource } from './export-file.ts'

const LINES = ['head\n', '90\n80\n', '70\n60\n50\n', '40\n', '30\n20\n']
const WHOLE = LINES.join('')
const NO_PROGRESS = () => ({ update() {}, stop() {} })

/** The lines as parts, the head first; each number is a moment. After `failAfter` pieces it is stopped. */
function source(failAfter = Number.POSITIVE_INFINITY): ExportSource & { asked: unknown[] } {
  const controller = new AbortController()
  const asked: unknown[] = []
  let piecesCount = 0
  async function* piecesOf(line: string) {
    for (const half of [line.slice(0, 3), line.slice(3)]) {
      if (half === '') continue
      if ((piecesCount += 1) > failAfter) controller.abort(new Error('stopped'))
      yield await Promise.resolve(Buffer.from(half))
    }
  }
  return {
    asked,
    signal: controller.signal,
    startProgress: NO_PROGRESS,
    open(beforeMs) {
      asked.push(beforeMs)
      const lines = LINES.filter(
        (line) => beforeMs === undefined || Number.parseInt(line, 10) < beforeMs,
      )
      const usage: UsageExport = { rowsCount: lines.length, parts: partsOf(lines) }
      return Promise.resolve(usage)
    },
  }
  async function* partsOf(lines: readonly string[]) {
    for (const line of lines) {
      const moments = line.trim().split('\n').map(Number)
      const isHead = Number.isNaN(moments[0])
      const fromMs = isHead ? undefined : moments.at(-1)
      yield { bytes: piecesOf(line), rowsCount: isHead ? 0 : moments.length, fromMs }
    }
  }
}

const newPath = () => join(mkdtempSync(join(tmpdir(), 'tik-export-file-')), 'usage.csv')

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'stopped after %i pieces, it goes on where it was whole and is the same file',
  async (failAfter) => {
    const target = { path: newPath(), asked: 'all', continues: true }
    const stopped = source(failAfter)
    await expect(writeExportFile(target, stopped)).rejects.toThrow('stopped')
    expect(existsSync(target.path)).toBe(false)
    // A kill can also leave bytes of a slice that was not whole.
    writeFileSync(`${target.path}.part`, 'rubbish', { flag: 'a' })
    const again = source()
    const { rowsCount, earlierCount } = await writeExportFile(target, again)
    expect(readFileSync(target.path, 'utf8')).toBe(WHOLE)
    expect(rowsCount).toBe(8)
    expect(again.asked).toEqual([earlierCount === 0 ? undefined : expect.any(Number)])
    expect(earlierCount > 0).toBe(failAfter > 3)
    expect(readdirSync(join(target.path, '..'))).toEqual(['usage.csv'])
  },
)

test('a part of something else, or of a form that cannot be gone on with, is begun anew', async () => {
  const target = { path: newPath(), asked: 'october', continues: true }
  await expect(writeExportFile(target, source(6))).rejects.toThrow('stopped')
  const other = source()
  await writeExportFile({ ...target, asked: 'november' }, other)
  expect(other.asked).toEqual([undefined])
  expect(readFileSync(target.path, 'utf8')).toBe(WHOLE)
  const whole = { ...target, path: newPath(), continues: false }
  await expect(writeExportFile(whole, source(6))).rejects.toThrow('stopped')
  const again = source()
  await writeExportFile(whole, again)
  expect(again.asked).toEqual([undefined])
  expect(readFileSync(whole.path, 'utf8')).toBe(WHOLE)
})

test('a place of which the file or half of the text is gone is no place', async () => {
  const target = { path: newPath(), asked: 'all', continues: true }
  await expect(writeExportFile(target, source(6))).rejects.toThrow('stopped')
  writeFileSync(`${target.path}.part`, '')
  const again = source(6)
  await expect(writeExportFile(target, again)).rejects.toThrow('stopped')
  expect(again.asked).toEqual([undefined])
  writeFileSync(`${target.path}.part.json`, '{"asked":"all","by')
  const third = source()
  await writeExportFile(target, third)
  expect(third.asked).toEqual([undefined])
  expect(readFileSync(target.path, 'utf8')).toBe(WHOLE)
})
