#!/bin/bash
# User data of the ComfyUI instance: installs ComfyUI behind a proxy that asks for a token.
# Ubuntu with NVIDIA's driver (a Deep Learning AMI); its role may read the SSM parameter.
set -euo pipefail

DOMAIN=comfyui.example.com               # a name that points here, for the certificate
TOKEN_PARAMETER=/darkroom/comfyui-token  # holds "Header-Name: value"
VERSION=v0.27.0                          # of ComfyUI

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes caddy git python3-venv

useradd --system --create-home --home-dir /opt/comfyui --shell /usr/sbin/nologin comfyui
sudo -u comfyui git clone --depth 1 --branch "$VERSION" \
    https://github.com/comfyanonymous/ComfyUI.git /opt/comfyui/app
sudo -u comfyui python3 -m venv /opt/comfyui/venv
sudo -u comfyui /opt/comfyui/venv/bin/pip install --requirement /opt/comfyui/app/requirements.txt
sudo -u comfyui mkdir -p /opt/comfyui/models/checkpoints
cat > /opt/comfyui/app/extra_model_paths.yaml <<YAML
darkroom:
  base_path: /opt/comfyui/models
  checkpoints: checkpoints
YAML

cat > /etc/systemd/system/comfyui.service <<UNIT
[Unit]
After=network-online.target
Wants=network-online.target

[Service]
User=comfyui
WorkingDirectory=/opt/comfyui/app
ExecStart=/opt/comfyui/venv/bin/python main.py --listen 127.0.0.1 --port 8188 --disable-metadata
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
UNIT

token=$(aws ssm get-parameter --name "$TOKEN_PARAMETER" --with-decryption \
    --query Parameter.Value --output text)
header=${token%%:*}
value=${token#*:}
umask 077
cat > /etc/caddy/Caddyfile <<CADDY
$DOMAIN {
	# What Darkroom calls, and nothing else: no uploads, no manager, no nodes' own routes.
	@darkroom {
		header $header "${value# }"
		path /api/prompt /api/queue /api/interrupt /api/history/* /api/jobs/* /api/view /api/system_stats
	}
	handle @darkroom {
		reverse_proxy 127.0.0.1:8188
	}
	handle {
		respond 403
	}
}
CADDY
chown caddy:caddy /etc/caddy/Caddyfile

systemctl daemon-reload
systemctl enable --now comfyui
systemctl restart caddy
