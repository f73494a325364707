/** What a browser sends of a passkey: PublicKeyCredential as JSON, as far as it is looked at. */
import { z } from 'zod'

/** Base64url of keys and signatures is far shorter. */
const encoded = z.string().min(1).max(20_000)

const credential = {
  id: z.string().min(1).max(1_400),
  rawId: z.string().min(1).max(1_400),
  type: z.literal('public-key'),
  // We ask for no extension, and look at none.
  clientExtensionResults: z
    .object({})
    .loose()
    .optional()
    .transform(() => ({})),
}

export const madePasskey = z.object({
  ...credential,
  response: z.object({ clientDataJSON: encoded, attestationObject: encoded }),
})

export const shownPasskey = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: encoded,
    authenticatorData: encoded,
    signature: encoded,
  }),
})
