/**
 * Configuration: read once, from the environment and an optional YAML file, checked by zod, and
 * passed in from then on. This is the only file that touches `process.env`. The environment beats
 * the file, the file beats the default. `tik config` prints this table, and before it the two that say
 * where the file is; secrets are never shown.
 */
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { readConfigFile } from './config-file.ts'
import { TikError } from '../failures/errors.ts'
import { withoutPassword } from '../text/secret-text.ts'
import { readServedStores } from './served-stores.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const url = (protocols: RegExp) => z.url({ protocol: protocols })

/** `10.0.0.0/8, 2001:db8::1` */
function areNetworks(text: string): boolean {
  return text.split(',').every((part) => {
    const [address = '', length, ...more] = part.trim().split('/')
    const family = isIP(address)
    const isLength = length === undefined || /^\d{1,3}$/.test(length)
    return (
      family !== 0 &&
      more.length === 0 &&
      isLength &&
      Number(length ?? 0) <= (family === 6 ? 128 : 32)
    )
  })
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Every setting once: its schema with default, the environment name, and what it is for. */
const SETTINGS = {
  catalogueFolder: setting(
    'TIK_CATALOGUE',
    z.string().optional(),
    'folder of the price catalogue; default: catalogue/ in the data folder',
  ),
  sourcesFile: setting(
    'TIK_SOURCES',
    z.string().optional(),
    "sources.yaml: how each supplier's CDRs are read; default: sources.yaml in the data folder",
  ),
  financeFile: setting(
    'TIK_FINANCE',
    z.string().optional(),
    'finance.yaml: ledger accounts of the bookkeeping; default: finance.yaml in the data folder',
  ),
  storesFolder: setting(
    'TIK_STORES',
    z.string().optional(),
    'data folder that a `tik store-server` of this machine serves: its stores are used; default: none',
  ),
  clickhouseUrl: setting(
    'TIK_CLICKHOUSE_URL',
    url(/^https?$/).optional(),
    'ClickHouse server, e.g. http://localhost:8123; default: the engine embedded in the data folder',
  ),
  clickhouseUser: setting('TIK_CLICKHOUSE_USER', z.string().default('default'), 'its user'),
  clickhousePassword: secret('TIK_CLICKHOUSE_PASSWORD', z.string().default(''), 'its password'),
  clickhouseDatabase: setting(
    'TIK_CLICKHOUSE_DATABASE',
    z.string().regex(/^\w+$/).default('tik'),
    'its database',
  ),
  postgresUrl: secret(
    'TIK_POSTGRES_URL',
    url(/^postgres(ql)?$/).optional(),
    'PostgreSQL server, e.g. postgres://tik@localhost/tik; default: embedded in the data folder',
  ),
  kafkaBrokers: setting(
    'TIK_KAFKA_BROKERS',
    z.string().optional(),
    'Kafka brokers, host:port separated by commas; default: no Kafka, files only',
  ),
  kafkaClient: setting(
    'TIK_KAFKA_CLIENT',
    z.enum(['platformatic', 'kafkajs']).default('platformatic'),
    'what speaks with Kafka: @platformatic/kafka, or kafkajs for brokers older than 3.5, which reads gzip only',
  ),
  kafkaUsername: setting(
    'TIK_KAFKA_USERNAME',
    z.string().optional(),
    'SASL user, when the brokers ask for one',
  ),
  kafkaPassword: secret('TIK_KAFKA_PASSWORD', z.string().optional(), 'SASL password'),
  kafkaPrefix: setting(
    'TIK_KAFKA_PREFIX',
    z
      .string()
      .regex(/^[\w.-]{0,100}$/)
      .default(''),
    'stands before the names of all topics and consumer groups, for a cluster that others use too',
  ),
  kafkaSessionTimeoutMs: setting(
    'TIK_KAFKA_SESSION_TIMEOUT_MS',
    count(1_000, 300_000).default(10_000),
    'a worker that is silent for this long loses its partitions to the others',
  ),
  folderAccess: setting(
    'TIK_FOLDER_ACCESS',
    z.enum(['owner', 'group']).default('owner'),
    'who may read the data folder beside its owner: nobody, or the members of its group',
  ),
  smtpUrl: secret(
    'TIK_SMTP_URL',
    url(/^smtps?$/).optional(),
    'mail server, e.g. smtp://user:password@mail:587; default: mails are .eml files in the data folder',
  ),
  smtpTls: setting(
    'TIK_SMTP_TLS',
    z.enum(['required', 'if-offered']).optional(),
    'required: no mail without TLS; if-offered: in the clear where the server offers none; default: required, but not of this machine itself',
  ),
  mailsPerMinuteMax: setting(
    'TIK_MAILS_PER_MINUTE_MAX',
    count(1, 100_000).default(600),
    'rate at which the outbox drains',
  ),
  billJumpPercent: setting(
    'TIK_BILL_JUMP_PERCENT',
    count(1, 10_000).default(50),
    'an invoice that differs by more percent from that of the period before, and by 25 EUR, is named by `tik bill check`',
  ),
  billSchedule: setting(
    'TIK_BILL_SCHEDULE',
    z.string().optional(),
    'when `tik bill schedule` checks the month that ended, a cron expression, e.g. "0 6 1 * *"; default: never',
  ),
  billScheduleDoes: setting(
    'TIK_BILL_SCHEDULE_DOES',
    z.enum(['check', 'preview', 'run']).default('preview'),
    'what it does then: check; preview: check and preview; run: finalise what the check lets through',
  ),
  billReportTo: setting(
    'TIK_BILL_REPORT_TO',
    z.string().optional(),
    'who gets its report by mail, addresses separated by commas',
  ),
  billRemindSchedule: setting(
    'TIK_BILL_REMIND_SCHEDULE',
    z.string().optional(),
    'when `tik bill schedule` sends the reminders that are due, a cron expression, e.g. "0 9 * * 1-5"; default: never',
  ),
  eInvoiceDays: setting(
    'TIK_E_INVOICE_DAYS',
    count(1, 365).default(5),
    'an e-invoice that is not accepted after so many days is named by `tik bill check` and `tik status`',
  ),
  billTimeZone: setting(
    'TIK_BILL_TIME_ZONE',
    z
      .string()
      .refine(isTimeZone, 'no time zone such as Europe/Amsterdam')
      .default('Europe/Amsterdam'),
    'time zone of the schedule, and by which it tells the month that ended',
  ),
  webhookTargets: setting(
    'TIK_WEBHOOK_TARGETS',
    z.enum(['public', 'any']).default('public'),
    'where webhooks may lead: public addresses only, or this machine and private networks too, for trials',
  ),
  maskNumbersAfterDays: setting(
    'TIK_MASK_NUMBERS_AFTER_DAYS',
    count(31, 36_500).optional(),
    'days after which `tik retain` masks the numbers of other parties and removes the archived files; default: never',
  ),
  deleteDetailsAfterDays: setting(
    'TIK_DELETE_DETAILS_AFTER_DAYS',
    count(31, 36_500).optional(),
    'days after which `tik retain` deletes the details of usage; what it cost stays; default: never',
  ),
  httpHost: setting(
    'TIK_HTTP_HOST',
    z.string().default('127.0.0.1'),
    'address of /metrics, /healthz and /readyz of `tik run`',
  ),
  httpPort: setting('TIK_HTTP_PORT', port.default(9464), 'its port; 0 takes a free one'),
  serveHost: setting(
    'TIK_SERVE_HOST',
    z.string().default('127.0.0.1'),
    'address where `tik serve` is reached; another than this machine wants a proxy that speaks TLS',
  ),
  servePort: setting('TIK_SERVE_PORT', port.default(8642), 'its port; 0 takes a free one'),
  serveStatusPort: setting(
    'TIK_SERVE_STATUS_PORT',
    port.optional(),
    'port on TIK_HTTP_HOST where `tik serve` has /metrics, /healthz and /readyz; 0 takes a free one; default: none',
  ),
  publicUrl: setting(
    'TIK_PUBLIC_URL',
    url(/^https?$/).optional(),
    'where people reach `tik serve`, such as https://tik.example.com; default: its own address. With https, cookies insist on it',
  ),
  requestsPerMinuteMax: setting(
    'TIK_REQUESTS_PER_MINUTE_MAX',
    count(1, 1_000_000_000).default(6_000),
    'requests that one address, and one person or program, may send to `tik serve` in a minute',
  ),
  trustedProxies: setting(
    'TIK_TRUSTED_PROXIES',
    z
      .string()
      .refine(areNetworks, 'addresses or networks such as 10.0.0.0/8, separated by commas')
      .optional(),
    'proxies before `tik serve` whose X-Forwarded-For is believed, addresses or networks separated by commas; default: none',
  ),
  batchRowsMax: setting(
    'TIK_BATCH_ROWS_MAX',
    count(1, 500_000).default(50_000),
    'records in one ledger commit; the dedup token covers one batch',
  ),
  unpackedBytesMax: setting(
    'TIK_UNPACKED_BYTES_MAX',
    count(1_048_576, 1_099_511_627_776).default(8_589_934_592),
    'bytes that a gzip or zstd file may unpack to; a larger one is refused',
  ),
  unpackRatioMax: setting(
    'TIK_UNPACK_RATIO_MAX',
    count(10, 100_000).default(200),
    'how many times its size a gzip or zstd file may unpack to, beyond the first 64 MiB',
  ),
  batchWaitMsMax: setting(
    'TIK_BATCH_WAIT_MS_MAX',
    count(1, 60_000).default(500),
    'how long a batch from Kafka may wait for more records',
  ),
  balanceNumbersMax: setting(
    'TIK_BALANCE_NUMBERS_MAX',
    count(256, 200_000_000).default(24_000_000),
    'numbers of balances that a worker keeps in memory, about 175 for a subscription in use; beyond them it reads them from the ledger again',
  ),
  logLevel: setting(
    'TIK_LOG_LEVEL',
    z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    'least level that is logged',
  ),
} as const

type SettingName = keyof typeof SETTINGS
type Values = { readonly [Name in SettingName]: z.output<(typeof SETTINGS)[Name]['schema']> }

export interface Config extends Values {
  /** Absolute path of the folder with the embedded stores, archive, mails and documents. */
  readonly dataFolder: string
}

/** One row of `tik config`. */
export interface ConfigLine {
  /** In tik.yaml; '' for what says where that is. */
  readonly name: string
  readonly env: string
  readonly value: string
  readonly from: 'environment' | 'file' | 'store server' | 'default' | 'option'
  readonly help: string
}

/** Reads the configuration for a data folder. Throws `config_invalid` naming every wrong setting. */
export function readConfig(
  dataFolder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  return collect(dataFolder, environment).config
}

/** The same, as lines for a person, with secrets masked. */
export function describeConfig(
  dataFolder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ConfigLine[] {
  return collect(dataFolder, environment).lines
}

/** The data folder when `--dir` is not given. */
export function defaultDataFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return environment['TIK_DIR'] ?? './data'
}

function collect(dataFolder: string, environment: Readonly<Record<string, string | undefined>>) {
  const folder = resolve(dataFolder)
  const places = placesOf(folder, environment)
  const file = readConfigFile(places.configFile.value)
  const problems = unknownKeys(file)
  const values: Record<string, unknown> = { dataFolder: folder }
  const lines: ConfigLine[] = [places.dataFolder, places.configFile]
  const stores = environment['TIK_STORES'] || file['storesFolder']
  const served = typeof stores === 'string' ? { ...readServedStores(resolve(stores)) } : {}
  for (const [name, { env, schema, help, isSecret }] of Object.entries(SETTINGS)) {
    const { raw, from } = givenValue(name, environment[env], file, served)
    const parsed = schema.safeParse(raw)
    if (!parsed.success) {
      const where = from === 'environment' ? env : `${name} in tik.yaml`
      problems.push(`${where}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`)
      continue
    }
    values[name] = parsed.data
    const text = parsed.data === undefined ? '' : String(parsed.data)
    const value = isSecret && text !== '' ? '(set, not shown)' : withoutPassword(text)
    lines.push({ name, env, value, from, help })
  }
  if (problems.length > 0) {
    throw new TikError(
      'config_invalid',
      `the configuration is wrong:\n  ${problems.join('\n  ')}`,
      {
        hint: '`tik config --help` lists the settings',
      },
    )
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was parsed by its schema above
  return { config: values as unknown as Config, lines }
}

/** What tik.yaml cannot say, because it says where that is. */
function placesOf(folder: string, environment: Readonly<Record<string, string | undefined>>) {
  const named = environment['TIK_CONFIG']
  const isDefault = folder === resolve(defaultDataFolder({}))
  const isNamed = folder === resolve(defaultDataFolder(environment))
  const dataFolder: ConfigLine = {
    name: '',
    env: 'TIK_DIR',
    value: folder,
    from: isNamed && environment['TIK_DIR'] ? 'environment' : isDefault ? 'default' : 'option',
    help: 'data folder; --dir beats it; default: ./data',
  }
  const configFile: ConfigLine = {
    name: '',
    env: 'TIK_CONFIG',
    value: named ?? join(folder, 'tik.yaml'),
    from: named === undefined ? 'default' : 'environment',
    help: 'file of settings; default: tik.yaml in the data folder',
  }
  return { dataFolder, configFile }
}

/** Every setting that tik.yaml can hold, for `tik config --help`: it is asked when one of them is wrong. */
export function settingsHelp(): string {
  return Object.entries(SETTINGS)
    .map(([name, { env, help }]) => `  ${env} (${name})\n      ${help}`)
    .join('\n')
}

/** The environment beats the store server that it names, which beats the file. */
function givenValue(
  name: string,
  fromEnvironment: string | undefined,
  file: Record<string, unknown>,
  served: Record<string, unknown>,
): { raw: unknown; from: ConfigLine['from'] } {
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return { raw: fromEnvironment, from: 'environment' }
  }
  if (Object.hasOwn(served, name)) return { raw: served[name], from: 'store server' }
  if (Object.hasOwn(file, name)) return { raw: file[name], from: 'file' }
  return { raw: undefined, from: 'default' }
}

function unknownKeys(file: Record<string, unknown>): string[] {
  return Object.keys(file)
    .filter((key) => !Object.hasOwn(SETTINGS, key))
    .map((key) => `${/^\w+$/.test(key) ? key : JSON.stringify(key)} in tik.yaml: no such setting`)
}

function setting<Schema extends z.ZodType>(env: string, schema: Schema, help: string) {
  return { env, schema, help, isSecret: false }
}

function secret<Schema extends z.ZodType>(env: string, schema: Schema, help: string) {
  return { env, schema, help, isSecret: true }
}
