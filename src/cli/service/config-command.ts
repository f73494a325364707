/** `tik config`: every setting, its value and where it comes from. Secrets are not shown. */
import type { Command } from 'commander'
import { describeConfig, settingsHelp } from '../../core/config/config.ts'
import { dataFolderOf, print, printJson } from '../options.ts'

export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('print every setting, its value and where it comes from; secrets are not shown')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      () => `\nSettings, in the environment (and in tik.yaml):\n${settingsHelp()}`,
    )
    .action((options: { json?: true }, command: Command) => {
      const lines = describeConfig(dataFolderOf(command))
      if (options.json) return printJson(lines)
      print(
        'Settings come from the environment, else from tik.yaml in the data folder, else the default.\n',
      )
      for (const { env, name, value, from, help } of lines) {
        const where = name === '' ? '' : ` (${name} in tik.yaml)`
        print(`${env}${where}\n    ${help}\n    = ${value || '(none)'}, from ${from}\n`)
      }
    })
}
