#!/bin/sh
# An agent in shell: it asks one question and prints what the gateway answers, with what it cost.
#
#   podium run AGENT --request "What is a conductor?" -- sh examples/agents/ask.sh
set -eu

# A request may have quotes and line ends, so it is made JSON by something that knows how.
body=$(python3 -c 'import json, os; print(json.dumps({
    "model": os.environ.get("MODEL", "default"),
    "messages": [{"role": "user", "content": open(os.environ["PODIUM_REQUEST_FILE"]).read()}],
}))')

# The token of now: the file has a new one before the old one ends.
token=$(cat "$PODIUM_TASK_TOKEN_FILE")

curl --silent --show-error --fail-with-body "$OPENAI_BASE_URL/chat/completions" \
    --header "authorization: Bearer $token" \
    --header "content-type: application/json" \
    --header "traceparent: $TRACEPARENT" \
    --data "$body"
