#!/bin/bash
# User data of the ComfyUI instance: installs ComfyUI behind a proxy that requires a token.
# Requires Ubuntu with NVIDIA's driver (a Deep Learning AMI). The instance's role must be allowed to
# read the SSM parameter.
set -euo pipefail

DOMAIN=comfyui.example.com               # DNS name of this instance, for the certificate
TOKEN_PARAMETER=/darkroom/comfyui-token  # SSM parameter with "Header-Name: value"
VERSION=v0.27.0                          # ComfyUI release

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
	# Only the routes that Darkroom uses: no uploads, no manager, no routes of custom nodes.
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
