/** The policies that come with MidStream. */

/**
 * The policy of every session that names no other: it cuts a model that repeats itself without end,
 * and alerts when a stream falls silent. It holds no text back, so it costs no delay.
 */
export const DEFAULT_POLICY: string = `# What MidStream watches for when no other policy is configured.
version: 1
name: default

propositions:
  # The same stretch of text, four times or more in a row, over a hundred characters or more.
  loop: { repetition: { repeats: 4, minimum: 100, maximumPeriod: 512 } }
  # Nothing was said for twenty seconds, and the answer has not ended.
  silence: { stall: 20s }

rules:
  - id: no-loop
    never: loop
    action: cut
    message: The model repeats itself without end
  - id: no-silence
    never: silence
    action: alert
    severity: warning
    message: The stream has been silent for 20 seconds
`;

/**
 * The policy of the demonstration: the default, names that never leave, and an alert when an office
 * is named. Its words are those of `tiny-lm`, which learned from presidents' speeches and a novel
 * about a whale: "Mr. Speaker" waits letter by letter until it is whole, then leaves as "[a name]".
 */
export const DEMONSTRATION_POLICY: string = `# What the demonstration of npm start watches for: the default and two rules more.
version: 1
name: demonstration

propositions:
  loop: { repetition: { repeats: 4, minimum: 100, maximumPeriod: 512 } }
  silence: { stall: 20s }
  # Names that the small model likes to say.
  person:
    pattern: ["Mr. Speaker", Ahab, Ishmael, Queequeg, Starbuck, Bildad, Peleg]
    channels: [text]
  office:
    pattern: ["Mr. President", "Secretary of the Treasury", "Congress will"]
    channels: [text]

rules:
  - id: no-loop
    never: loop
    action: cut
    message: The model repeats itself without end
  - id: no-silence
    never: silence
    action: alert
    severity: warning
    message: The stream has been silent for 20 seconds
  - id: no-names
    never: person
    action: redact
    with: "[a name]"
    message: A name does not leave
  - id: offices
    never: office
    action: alert
    severity: info
    message: An office is named
`;
