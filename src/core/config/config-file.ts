/** tik.yaml as plain values. Its mistakes are told by their place only: a line may hold a password. */
import { existsSync, readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { TikError } from '../failures/errors.ts'
import { yamlValue } from '../text/yaml-value.ts'

/** Own keys only, unchecked. {} when there is no file; throws `config_invalid` when it is no map. */
export function readConfigFile(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {}
  const text = readFileSync(path, 'utf8')
  const document = parseDocument(text, { prettyErrors: false })
  const [mistake] = document.errors
  if (mistake !== undefined) {
    const line = text.slice(0, mistake.pos[0]).split('\n').length
    throw new TikError('config_invalid', `${path}, line ${line}: no YAML (${mistake.code})`)
  }
  const values = yamlValue(document, path, 'config_invalid')
  if (values === null) return {}
  if (typeof values !== 'object' || Array.isArray(values)) {
    throw new TikError('config_invalid', `${path} must be a map of settings`)
  }
  return { ...values }
}
