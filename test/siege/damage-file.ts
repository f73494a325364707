/** What disks and hands do to a file. */
import { closeSync, openSync, readSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'

export const WAYS = ['truncated', 'overwritten', 'removed'] as const
export type Way = (typeof WAYS)[number]

const OVERWRITTEN_BYTES = 64

export function damageFile(path: string, way: Way, random: () => number): void {
  const { size } = statSync(path)
  if (way === 'removed') rmSync(path)
  else if (way === 'truncated') truncateSync(path, Math.floor(random() * size))
  else overwrite(path, Math.floor(random() * size))
}

/** Every bit of some bytes is turned, so that they differ from what was there. */
function overwrite(path: string, at: number): void {
  const file = openSync(path, 'r+')
  const bytes = Buffer.alloc(OVERWRITTEN_BYTES)
  const count = readSync(file, bytes, 0, bytes.length, at)
  for (let index = 0; index < count; index += 1) bytes[index] = ~(bytes[index] ?? 0) & 0xff
  writeSync(file, bytes, 0, count, at)
  closeSync(file)
}
