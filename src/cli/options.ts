/** What several commands read from their options, and how results are printed. */
import type { Command } from 'commander'
import { readConfig, type Config } from '../core/config.ts'

/** The configuration for the data folder that the command line names. */
export function configOf(command: Command): Config {
  return readConfig(dataFolderOf(command))
}

export function dataFolderOf(command: Command): string {
  // The program's --dir has a default; one given after the command's name beats it.
  const own: unknown = command.getOptionValue('dir')
  const global: unknown = command.optsWithGlobals()['dir']
  return String(own ?? global)
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}

/** A remark that is no result: not part of what a pipe gets. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`)
}
