/** What a file holds, by its SHA-256. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** undefined where there is no file that can be read. */
export async function fileHash(path: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk)
  } catch {
    return undefined
  }
  return hash.digest('hex')
}
