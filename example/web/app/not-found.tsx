import Link from "next/link"

export default function NotFound() {
  return (
    <div className="page narrow">
      <div className="card">
        <h1>No such page</h1>
        <p className="muted">The address may be wrong, or the page has moved.</p>
        <Link className="button" href="/">Back to the start</Link>
      </div>
    </div>
  )
}
