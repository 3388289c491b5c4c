#!/bin/sh
# Upload files with curl: curl.sh URL TOKEN FIELD FILE...
# Like all programs of this folder it also sends a text, and prints the body and the status.
url=$1 token=$2 field=$3
shift 3
for file in "$@"; do
  set -- "$@" --form "$field=@$file"
  shift
done
exec curl --silent --show-error --header "Authorization: Bearer $token" "$@" \
  --form "caption=Mañana" --write-out '\n%{http_code}\n' "$url"
