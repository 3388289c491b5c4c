<?php
// Upload files with PHP's cURL, which numbers the files of one field: php upload.php URL TOKEN FIELD FILE...
[, $url, $token, $field] = $argv;
$files = array_slice($argv, 4);
$fields = ["caption" => "Mañana"];
foreach ($files as $number => $file) {
    $name = count($files) > 1 ? "{$field}[{$number}]" : $field;
    $fields[$name] = new CURLFile($file, "image/png", basename($file));
}
$request = curl_init($url);
curl_setopt_array($request, [
    CURLOPT_POSTFIELDS => $fields,
    CURLOPT_HTTPHEADER => ["Authorization: Bearer {$token}"],
    CURLOPT_RETURNTRANSFER => true,
]);
$body = curl_exec($request);
if ($body === false) {
    fwrite(STDERR, curl_error($request));
    exit(1);
}
echo $body, "\n", curl_getinfo($request, CURLINFO_RESPONSE_CODE), "\n";
