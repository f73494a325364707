/** `tik files`: what was taken in, in the order of the log, and what is missing of a sequence. */
import type { Command } from 'commander'
import { takenFiles } from '../../app/files/taken-files.ts'
import type { SourceFile } from '../../ledger/source-files.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { sequenceLines } from './tally-table.ts'

export function addFilesCommand(program: Command): void {
  program
    .command('files')
    .description('the files that were taken in, and numbers that are missing between them')
    .option('--source <id>', 'only of this source')
    .option('--json', 'as JSON')
    .action(async (options: { source?: string; json?: true }, command: Command) => {
      await using desk = await openDeskOf(command, 'files')
      const { files, sequences } = await takenFiles(desk, options.source)
      if (options.json) return printJson({ files, ...sequences })
      print(filesTable(files))
      for (const line of sequenceLines(sequences)) print(line)
    })
}

function filesTable(files: readonly SourceFile[]): string {
  return formatTable(
    [
      { key: 'number', title: 'Nr', align: 'right' },
      { key: 'file', title: 'File' },
      { key: 'source', title: 'Source' },
      { key: 'sequence', title: 'Sequence' },
      { key: 'taken', title: 'Taken in' },
      { key: 'records', title: 'Records', align: 'right' },
    ],
    files.map((file) => ({
      number: String(file.number),
      file: file.name,
      source: file.sourceId,
      sequence: file.stream === '' ? '' : `${file.stream} ${file.sequence}`,
      taken: new Date(file.registeredMs).toISOString(),
      records: file.finished ? String(file.recordsCount) : 'unfinished',
    })),
  )
}
