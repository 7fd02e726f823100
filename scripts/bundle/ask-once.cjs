// Stands in for `retry` in the bundle: proper-lockfile wraps each attempt in it, and here asks for one only.
exports.operation = () => {
  let failure
  return {
    attempt: (run) => run(1),
    retry: (error) => {
      failure = error
      return false
    },
    mainError: () => failure,
  }
}
