"""Real servers, loaded with what the exports write, and asked thousands of questions.

`internet` is the world behind the resolver, `daemons` starts a resolver in front of it, `policies` makes school
policies, `questions` makes and asks the questions, `comparison` holds the answers against `decide`.
"""
