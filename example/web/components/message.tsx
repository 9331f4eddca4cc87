export type Notice = { kind: "info" | "success" | "error"; text: string }

/**
 * The one place on a page where outcomes are told. It is always there, so that
 * screen readers announce what comes into it.
 */
export function Message({ notice }: { notice: Notice | null }) {
  return (
    <p className="message" data-testid="message" data-kind={notice?.kind} role="status" aria-live="polite">
      {notice?.text}
    </p>
  )
}
