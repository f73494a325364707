/** One's own passkeys. What goes to and comes from the browser is as WebAuthn has it. */
import { z } from 'zod'
import { beginPasskey, forgetPasskey, keepPasskey, ownPasskeys } from '../../app/access/passkeys.ts'
import type { Passkey } from '../../identity/passkeys.ts'
import { instant, instantOf, instantOrNull } from '../fields.ts'
import { madePasskey } from '../passkey-fields.ts'
import { jsonRoute, type Route } from '../route.ts'

const passkey = z
  .object({ id: z.string(), name: z.string(), createdAt: instant, usedAt: instant.nullable() })
  .meta({ id: 'Passkey' })
const ofBrowser = z
  .looseObject({})
  .meta({ description: 'PublicKeyCredential, as WebAuthn writes it' })

export const passkeyRoutes: readonly Route[] = [
  jsonRoute({
    method: 'get',
    path: '/me/passkeys',
    tag: 'access',
    summary: 'Own passkeys',
    right: 'anybody',
    answer: z.object({ items: z.array(passkey) }),
    run: async ({ ask }) => ({ items: (await ask(ownPasskeys)).map(toAnswer) }),
  }),
  jsonRoute({
    method: 'post',
    path: '/me/passkeys/challenge',
    tag: 'access',
    summary: 'What a browser needs to make one: PublicKeyCredentialCreationOptions as JSON',
    right: 'anybody',
    answer: ofBrowser,
    run: async ({ ask, siteUrl }) => ({ ...(await ask(beginPasskey, { origin: siteUrl })) }),
  }),
  jsonRoute({
    method: 'post',
    path: '/me/passkeys',
    tag: 'access',
    summary: 'Keeps what the browser made',
    right: 'anybody',
    body: z.object({ name: z.string().min(1).max(100), response: madePasskey }),
    answer: passkey,
    status: 201,
    run: async ({ ask, body, siteUrl }) =>
      toAnswer(await ask(keepPasskey, body, { origin: siteUrl })),
  }),
  jsonRoute({
    method: 'delete',
    path: '/me/passkeys/{passkeyId}',
    tag: 'access',
    summary: 'Forgets one',
    right: 'anybody',
    params: z.object({ passkeyId: z.string().max(1_400) }),
    answer: z.object({}),
    async run({ ask, params }) {
      await ask(forgetPasskey, params.passkeyId)
      return {}
    },
  }),
]

function toAnswer(one: Passkey): z.input<typeof passkey> {
  const { credentialId, name, createdMs, usedMs } = one
  return {
    id: credentialId,
    name,
    createdAt: instantOf(createdMs),
    usedAt: instantOrNull(usedMs ?? undefined),
  }
}
