/** Files of the ledger that hold rows: parts that a merge has replaced lie there for some minutes. */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

export type Table = 'usage_ledger' | 'source_files'

/** Paths below the data folder. */
export function filesOfParts(dataFolder: string, table: Table): string[] {
  const linked = join(dataFolder, 'ledger', 'data', 'default', table)
  if (!existsSync(linked)) return [] // The ledger is made when it is first asked.
  const folder = realpathSync(linked)
  const parts = readdirSync(folder).flatMap(partOf)
  return parts
    .filter((part) => !parts.some((other) => isReplacedBy(part, other)))
    .flatMap(({ name }) => filesIn(join(folder, name)))
    .map((path) => path.slice(realpathSync(dataFolder).length + 1))
    .sort()
}

/** Of its projections too, which are folders. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

interface Part {
  readonly name: string
  readonly partition: string
  readonly first: number
  readonly last: number
  readonly level: number
}

/** `202611_4_6_1`: partition, first and last block, how often it was merged. */
function partOf(name: string): Part[] {
  const [, partition = '', first, last, level] = /^(\w+)_(\d+)_(\d+)_(\d+)$/.exec(name) ?? []
  if (partition === '') return []
  return [{ name, partition, first: Number(first), last: Number(last), level: Number(level) }]
}

function isReplacedBy(part: Part, other: Part): boolean {
  const isWider = other.first <= part.first && other.last >= part.last && other.level > part.level
  return isWider && other.partition === part.partition
}
