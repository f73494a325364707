/**
 * One command, from its words to its exit status: 0 done, 1 something needs attention, 2 usage or
 * configuration error. What goes wrong becomes sentences on standard error.
 */
import { existsSync } from 'node:fs'
import { CommanderError, type Command } from 'commander'
import { TikError } from '../core/failures/errors.ts'
import { missingEngine } from '../core/failures/missing-engine.ts'
import { systemError } from '../core/failures/system-error.ts'
import { dataFolderOf, remark } from './options.ts'
import { createProgram } from './program.ts'

/** `argv` as the process has it, from its third word on what the user wrote. Sets the exit status. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  let folder: ReturnType<typeof watchFolder> | undefined
  try {
    const program = await createProgram(argv.slice(2))
    folder = watchFolder(program)
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = report(folder?.isGone() === true ? folderGone(folder.path(), error) : error)
  }
}

/** Whether the data folder of the command was there when it began, and is not any more. */
function watchFolder(program: Command) {
  let path = ''
  let wasThere = false
  program.hook('preAction', (_, command) => {
    path = dataFolderOf(command)
    wasThere = existsSync(path)
  })
  return { path: () => path, isGone: () => wasThere && !existsSync(path) }
}

function folderGone(path: string, cause: unknown): TikError {
  return new TikError('data_folder_gone', `${path} was removed while it was in use`, { cause })
}

/** Says what went wrong and what to do. A bug keeps its stack: it is for us, not for the user. */
function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2 // Commander has printed.
  const error = systemError(thrown) ?? missingEngine(thrown) ?? thrown
  if (error instanceof TikError) {
    remark(`tik: ${error.message}`)
    remark(`     ${error.hint}`)
    return error.exitStatus
  }
  remark(`tik: a bug: please report this\n${error instanceof Error ? error.stack : String(error)}`)
  return 1
}
