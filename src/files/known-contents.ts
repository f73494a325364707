/**
 * What the files of the log hold after unpacking, kept beside the archive so that a new file is compared
 * with all of them without reading them again. It follows from the archived files alone: an entry that
 * is missing, as after an upgrade, is made anew.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TikError } from '../core/failures/errors.ts'
import type { SourceFile } from '../ledger/source-files.ts'
import { archivedPath } from './file-archive.ts'
import type { StagedFile } from './file-archive.ts'
import { headsAgree, readContent } from '../ingest/reading/file-content.ts'
import type { FileContent } from '../ingest/reading/file-content.ts'
import { chainKey } from './open-calls.ts'

export interface KnownContents {
  /** The file that holds the same, however it is packed or called. */
  same(staged: StagedFile): SourceFile | undefined
  /** Lengths of earlier contents of the source, ascending: hash a new file's beginnings there. */
  lengthsOf(source: FileChain): readonly number[]
  /** The longest earlier file of the source with whose whole content this one begins. */
  continued(staged: StagedFile, source: FileChain): SourceFile | undefined
  /** An earlier file of the source that begins with the whole content of this one. */
  containing(staged: StagedFile, source: FileChain): Promise<SourceFile | undefined>
  add(file: SourceFile, content: FileContent): void
}

type FileChain = Pick<SourceFile, 'sourceId' | 'format'>

/** Longer earlier files that are read to see whether they begin with a new one; the newest first. */
const LONGER_READ_MAX = 100

const entrySchema = z.object({
  number: z.int(),
  registered: z.string(),
  hash: z.string(),
  bytes: z.int(),
  head: z.string(),
})
type Entry = z.infer<typeof entrySchema>

interface Known extends Entry {
  readonly file: SourceFile
}

export async function openKnownContents(
  archiveFolder: string,
  files: readonly SourceFile[],
): Promise<KnownContents> {
  const path = join(archiveFolder, 'contents.ndjson')
  const kept = new Map(readKept(path).map((entry) => [entry.number, entry]))
  const known: Known[] = []
  const keep = (file: SourceFile, content: FileContent) => {
    const { hash, bytes, head } = content
    const entry = { number: file.number, registered: file.contentHash, hash, bytes, head }
    appendFileSync(path, `${JSON.stringify(entry)}\n`)
    known.push({ ...entry, file })
  }
  for (const file of files) {
    const entry = kept.get(file.number)
    if (entry?.registered === file.contentHash) known.push({ ...entry, file })
    else {
      const content = await archivedContent(archivedPath(archiveFolder, file))
      if (content !== undefined) keep(file, content)
      else known.push({ ...notRead(file), file })
    }
  }
  const ofChain = (source: FileChain) =>
    known.filter(({ file }) => chainKey(file) === chainKey(source) && file.finished)

  return {
    add: keep,
    same: ({ contentHash, packedHash }) =>
      known.find(({ hash, registered }) => hash === contentHash || registered === packedHash)?.file,
    lengthsOf(source) {
      const lengths = ofChain(source).flatMap(({ bytes }) => (bytes > 0 ? [bytes] : []))
      return Array.from(new Set(lengths)).sort((left, right) => left - right)
    },
    continued({ content }, source) {
      const shorter = ofChain(source)
        .filter(
          ({ bytes, hash }) => bytes < content.bytes && content.prefixHashes.get(bytes) === hash,
        )
        .sort((left, right) => right.bytes - left.bytes || left.number - right.number)
      return shorter[0]?.file
    },
    async containing({ content }, source) {
      if (content.bytes === 0) return undefined
      const longer = ofChain(source)
        .filter(({ bytes, head }) => bytes > content.bytes && headsAgree(head, content.head))
        .sort((left, right) => right.number - left.number)
      for (const { file } of longer.slice(0, LONGER_READ_MAX)) {
        const archived = archivedPath(archiveFolder, file)
        if (await beginsWith(archived, content)) return file
      }
      return undefined
    },
  }
}

/** Of a file of which nothing can be read any more: by its registered hash it is known still. */
function notRead(file: SourceFile): Entry {
  const { number, contentHash } = file
  return { number, registered: contentHash, hash: contentHash, bytes: -1, head: '' }
}

async function archivedContent(path: string): Promise<FileContent | undefined> {
  try {
    return await readContent(path, [])
  } catch (error) {
    if (error instanceof TikError) return undefined
    throw error
  }
}

async function beginsWith(path: string, content: FileContent): Promise<boolean> {
  try {
    const { prefixHashes } = await readContent(path, [content.bytes])
    return prefixHashes.get(content.bytes) === content.hash
  } catch (error) {
    if (error instanceof TikError) return false
    throw error
  }
}

/** A last line that a stop cut off is made anew. */
function readKept(path: string): Entry[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8').split('\n').flatMap(toEntry)
}

function toEntry(line: string): Entry[] {
  try {
    const parsed = entrySchema.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data] : []
  } catch {
    return []
  }
}
