/**
 * Signing in by a passkey: the device checks who holds it (finger, face, PIN) and signs a challenge of
 * ours, so it is two factors at once. https://www.w3.org/TR/webauthn-3/
 */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock } from '../../core/time/clock.ts'
import {
  addPasskey,
  CHALLENGE_MS_MAX,
  noteChallenge,
  notePasskeyUse,
  passkeyById,
  passkeysOf,
  PASSKEYS_OF_PERSON_MAX,
  removePasskey,
  useChallenge,
  type Passkey,
} from '../../identity/passkeys.ts'
import { personByKey, type PersonKey } from '../../identity/person.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import type { Stores } from '../stores.ts'
import { enter, personKeyOf, type Arrival } from './sign-in.ts'

/** COSE numbers: Ed25519, ES256, RS256, which every device has one of. */
const ALGORITHMS = [-8, -7, -257]

/** Where pages are: a passkey is for one host, and an answer for one origin. */
export interface Site {
  readonly origin: string
}

export async function ownPasskeys(desk: Desk): Promise<Passkey[]> {
  return passkeysOf(desk.operations, personKeyOf(desk.caller.name))
}

/** What a browser needs to make one. Throws `not_allowed` when there are too many. */
export async function beginPasskey(
  desk: Desk,
  site: Site,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { operations } = desk
  const key = personKeyOf(desk.caller.name)
  const person = await personByKey(operations, key)
  const known = await passkeysOf(operations, key)
  if (known.length >= PASSKEYS_OF_PERSON_MAX) {
    throw new TikError('not_allowed', `nobody has more than ${PASSKEYS_OF_PERSON_MAX} passkeys`, {
      hint: 'remove one that you do not use',
    })
  }
  const options = await generateRegistrationOptions({
    rpName: 'tik',
    rpID: hostOf(site),
    userID: new Uint8Array(Buffer.from(key)),
    userName: person?.email ?? key,
    userDisplayName: person?.name ?? '',
    timeout: CHALLENGE_MS_MAX,
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  const nowMs = systemClock.nowMs()
  await noteChallenge(operations, options.challenge, { person: key, nowMs })
  return options
}

/** Throws `not_allowed` for an answer that is none of ours, or used. */
export async function keepPasskey(
  desk: Desk,
  { name, response }: { readonly name: string; readonly response: RegistrationResponseJSON },
  site: Site,
): Promise<Passkey> {
  const { operations } = desk
  const person = personKeyOf(desk.caller.name)
  const nowMs = systemClock.nowMs()
  const verified = await verifyRegistrationResponse({
    response,
    expectedOrigin: site.origin,
    expectedRPID: hostOf(site),
    supportedAlgorithmIDs: ALGORITHMS,
    expectedChallenge: (challenge) => useChallenge(operations, challenge, { person, nowMs }),
  }).catch(() => undefined)
  if (verified?.verified !== true) throw notOurs()
  const { id, publicKey, counter } = verified.registrationInfo.credential
  const passkey = { credentialId: id, person, name, publicKey, useCount: counter }
  const kept = { ...passkey, createdMs: nowMs, usedMs: null }
  if (!(await addPasskey(operations, kept))) throw notOurs()
  await noteOf(desk, person, 'passkey.add', name)
  return kept
}

/** One's own. Throws `not_found`. */
export async function forgetPasskey(desk: Desk, credentialId: string): Promise<void> {
  const person = personKeyOf(desk.caller.name)
  if (!(await removePasskey(desk.operations, person, credentialId))) {
    throw new TikError('not_found', `there is no passkey ${credentialId}`)
  }
  await noteOf(desk, person, 'passkey.remove', credentialId)
}

/** What a browser needs to ask for one: nobody says who they are before. */
export async function beginPasskeySignIn(
  { operations }: Pick<Stores, 'operations'>,
  site: Site,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const options = await generateAuthenticationOptions({
    rpID: hostOf(site),
    timeout: CHALLENGE_MS_MAX,
    userVerification: 'required',
  })
  await noteChallenge(operations, options.challenge, { person: '', nowMs: systemClock.nowMs() })
  return options
}

/** The secret of a new session; undefined for an answer that is of nobody here, none of ours, or used. */
export async function signInByPasskey(
  stores: Pick<Stores, 'operations'>,
  response: AuthenticationResponseJSON,
  site: Site,
  arrival: Arrival,
): Promise<string | undefined> {
  const { operations } = stores
  const nowMs = systemClock.nowMs()
  const passkey = await passkeyById(operations, response.id)
  if (passkey === undefined) return undefined
  const verified = await verifyAuthenticationResponse({
    response,
    expectedOrigin: site.origin,
    expectedRPID: hostOf(site),
    expectedChallenge: (challenge) => useChallenge(operations, challenge, { person: '', nowMs }),
    credential: {
      id: passkey.credentialId,
      publicKey: passkey.publicKey,
      counter: passkey.useCount,
    },
  }).catch(() => undefined)
  if (verified?.verified !== true) return undefined
  const person = await personByKey(operations, passkey.person)
  if (person === undefined || person.isBlocked) return undefined
  const useCount = verified.authenticationInfo.newCounter
  await notePasskeyUse(operations, passkey.credentialId, { useCount, nowMs })
  return enter(stores, person, 'signed in by a passkey', arrival)
}

function hostOf({ origin }: Site): string {
  return new URL(origin).hostname
}

function notOurs(): TikError {
  return new TikError('not_allowed', 'this passkey was not made here just now', {
    hint: 'begin again',
  })
}

async function noteOf(desk: Desk, key: PersonKey, act: string, name: string): Promise<void> {
  const person = await personByKey(desk.operations, key)
  const { accountId = '', partnerId = '' } = person ?? {}
  await note(desk, { act, subject: key, accountId, partnerId, after: { name } })
}
