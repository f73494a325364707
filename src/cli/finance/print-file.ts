/** The bytes of a file to standard output or into a file: as they are, for a program that reads them. */
import { writeFileSync } from 'node:fs'
import { printPieces } from '../options.ts'

export async function printFile(content: string, out?: string): Promise<void> {
  if (out === undefined) await printPieces(piece(content))
  else writeFileSync(out, content)
}

async function* piece(content: string): AsyncGenerator<string> {
  yield content
}
